// The history window's entry.
import "../styles/base.css";
import { mount } from "svelte";
import { app } from "../lib/host";
import HistoryPage from "./HistoryPage.svelte";

const target = document.getElementById("app");
if (target) mount(HistoryPage, { target, props: { host: app } });
