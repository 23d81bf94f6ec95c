// What nobody tells a page: that time went by. A new business day begins without a payment, and a PC that slept wakes up on another one.

const MINUTE = 60_000;

/** Runs `work` each minute while the page is seen, and when it is seen again, until the answer is called. */
export function eachMinuteSeen(work: () => void): () => void {
  const wake = () => {
    if (document.visibilityState !== "hidden") work();
  };
  const timer = setInterval(wake, MINUTE);
  document.addEventListener("visibilitychange", wake);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", wake);
  };
}
