// The history window's entry.
import "../styles/base.css";
import { mount } from "svelte";
import { refuseDrops } from "../lib/drops";
import { app } from "../lib/host";
import HistoryPage from "./HistoryPage.svelte";

refuseDrops();
const target = document.getElementById("app");
if (target) mount(HistoryPage, { target, props: { host: app } });
