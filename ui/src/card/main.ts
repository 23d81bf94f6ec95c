// The card window's entry.
import "../styles/base.css";
import { mount } from "svelte";
import { refuseDrops } from "../lib/drops";
import { app } from "../lib/host";
import CardPage from "./CardPage.svelte";

refuseDrops();
const target = document.getElementById("app");
if (target) mount(CardPage, { target, props: { host: app } });
