// The customers' window's entry.
import "../styles/base.css";
import { mount } from "svelte";
import { app } from "../lib/host";
import CustomerPage from "./CustomerPage.svelte";

const target = document.getElementById("app");
if (target) mount(CustomerPage, { target, props: { host: app } });
