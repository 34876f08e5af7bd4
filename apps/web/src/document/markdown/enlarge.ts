/** Lets people enlarge an image: with a click, Enter or Space. */
export function makeEnlargeable(image: HTMLImageElement): void {
  image.tabIndex = 0;
  image.role = "button";
  // A button is not decorative.
  if (image.alt === "") image.removeAttribute("alt");
  image.ariaLabel = image.alt === "" ? "Enlarge image" : `Enlarge image: ${image.alt}`;
  image.addEventListener("click", () => enlarge(image));
  image.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    enlarge(image);
  });
}

/** Shows an image in a dialog. Escape or a click closes it, and the focus returns to the image. */
function enlarge(image: HTMLImageElement): void {
  if (image.currentSrc === "" || image.dataset["missing"] !== undefined) return;
  image.focus({ preventScroll: true });
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  dialog.ariaLabel = image.alt || "Image";
  const large = document.createElement("img");
  large.src = image.currentSrc;
  large.alt = image.alt;
  large.referrerPolicy = "no-referrer";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Close";
  dialog.append(large, button);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
