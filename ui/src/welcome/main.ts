// The welcome window's entry.
import "../styles/base.css";
import { mount } from "svelte";
import { refuseDrops } from "../lib/drops";
import { app } from "../lib/host";
import WelcomePage from "./WelcomePage.svelte";

refuseDrops();
const target = document.getElementById("app");
if (target) mount(WelcomePage, { target, props: { host: app } });
