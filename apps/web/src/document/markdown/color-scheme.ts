/** Whether the page is dark, by system setting or by the person's choice. */
export function isDarkScheme(): boolean {
  return getComputedStyle(probe()).color === "rgb(1, 1, 1)";
}

/** Creates an element whose color differs between the light and dark schemes. */
function probe(): HTMLElement {
  let element = document.querySelector<HTMLElement>(".scheme-probe");
  if (element === null) {
    element = document.createElement("div");
    element.className = "scheme-probe";
    document.body.append(element);
  }
  return element;
}

/** Calls `listener` when the color scheme changes. @returns A function that unsubscribes. */
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
