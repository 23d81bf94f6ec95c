// The settings window's entry.
import "../styles/base.css";
import { mount } from "svelte";
import { refuseDrops } from "../lib/drops";
import { app } from "../lib/host";
import SettingsPage from "./SettingsPage.svelte";

refuseDrops();
const target = document.getElementById("app");
if (target) mount(SettingsPage, { target, props: { host: app } });
