// What is dropped on a window beside a field that takes it is refused: a web view would show the file in the page's place.

function refuse(event: DragEvent): void {
  if (event.defaultPrevented) return;
  // Text that is dragged into a field stays with the web view.
  const field = event.target instanceof Element && event.target.matches("input, textarea");
  if (field && !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
}

/** Refuses what nobody on this page takes. */
export function refuseDrops(page: Window = window): void {
  page.addEventListener("dragover", refuse);
  page.addEventListener("drop", refuse);
}
