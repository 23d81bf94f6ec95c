// The phone page's entry.
import "../styles/base.css";
import "./phone.css";
import { mount } from "svelte";
import { surroundings } from "./browser";
import { Phone } from "./phone.svelte";
import PhonePage from "./PhonePage.svelte";

const target = document.getElementById("app");
if (target) {
  // What stands there is for browsers in which this does not run.
  target.replaceChildren();
  const phone = new Phone(surroundings());
  mount(PhonePage, { target, props: { phone } });
  void phone.start(location.hash, navigator.languages);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      phone.hurry();
      void phone.awake.again();
    } else {
      phone.hidden();
    }
  });
  addEventListener("online", () => phone.hurry());
  addEventListener("pageshow", () => phone.hurry());
  // Only where the hub's certificate is trusted: elsewhere browsers refuse, and the page works without.
  void (navigator as Partial<Navigator>).serviceWorker?.register("./sw.js", { scope: "./" }).catch(() => undefined);
}
