// The customers' window's entry.
import "../styles/base.css";
import { mount } from "svelte";
import { refuseDrops } from "../lib/drops";
import { app } from "../lib/host";
import CustomerPage from "./CustomerPage.svelte";

refuseDrops();
const target = document.getElementById("app");
if (target) mount(CustomerPage, { target, props: { host: app } });
