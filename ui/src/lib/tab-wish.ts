// What another window wants the payments window to show first: left in the storage that all windows share, since that
// window may be open already or may not be there yet.

const KEPT = "tillbell.history.tab";

/** What can be wished for. */
export type WishedTab = "receipts" | "reconcile";

/** Leaves word; where there is no storage, the window opens as it would by itself. */
export function wishTab(tab: WishedTab): void {
  try {
    localStorage.setItem(KEPT, tab);
  } catch {
    // The window says itself what needs somebody to look.
  }
}

/** Takes the word that was left. */
export function takeTab(): WishedTab | null {
  try {
    const left = localStorage.getItem(KEPT);
    if (left !== null) localStorage.removeItem(KEPT);
    return left === "receipts" || left === "reconcile" ? left : null;
  } catch {
    return null;
  }
}

/** Follows what is wished from now on, and what was before; answers how to stop. */
export function followTab(show: (tab: WishedTab) => void): () => void {
  const look = () => {
    const tab = takeTab();
    if (tab) show(tab);
  };
  // Not every web view tells one window of another's storage: coming to the front is a sign as well.
  window.addEventListener("storage", look);
  window.addEventListener("focus", look);
  look();
  return () => {
    window.removeEventListener("storage", look);
    window.removeEventListener("focus", look);
  };
}
