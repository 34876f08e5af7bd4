/** Whether the page is shown dark, whatever decided that: the system, or the person's choice in the app. */
export function isDarkScheme(): boolean {
  return getComputedStyle(probe()).color === "rgb(1, 1, 1)";
}

/** An element of which the style sheet says one colour for light, another for dark. */
function probe(): HTMLElement {
  let element = document.querySelector<HTMLElement>(".scheme-probe");
  if (element === null) {
    element = document.createElement("div");
    element.className = "scheme-probe";
    document.body.append(element);
  }
  return element;
}

/** Calls `listener` when light becomes dark, or dark light. @returns What ends that. */
export function onSchemeChange(listener: () => void): () => void {
  let dark = isDarkScheme();
  const look = () => {
    if (dark === isDarkScheme()) return;
    dark = !dark;
    listener();
  };
  const query = matchMedia("(prefers-color-scheme: dark)");
  const choice = new MutationObserver(look);
  query.addEventListener("change", look);
  choice.observe(document.documentElement, { attributes: true });
  return () => {
    query.removeEventListener("change", look);
    choice.disconnect();
  };
}
