/** Resolves file paths of a document to URLs. Missing files are omitted. */
export type ResolveFiles = (paths: string[]) => Promise<ReadonlyMap<string, string>>;

/** Loads the images of a document from the URLs of its files. */
export async function showImages(
  images: readonly HTMLImageElement[],
  resolve: ResolveFiles | undefined,
): Promise<void> {
  const getPath = (image: HTMLImageElement) => image.dataset["path"] ?? "";
  const addresses = await resolve?.([...new Set(images.map(getPath))]).catch(() => null);
  for (const image of images) {
    const address = addresses?.get(getPath(image));
    if (address === undefined) image.dataset["missing"] = "";
    else {
      image.src = address;
      // URLs expire. An expired one is resolved again, once.
      if (resolve !== undefined && image.dataset["again"] === undefined)
        image.addEventListener("error", () => void showImages([retryLater(image)], resolve), {
          once: true,
        });
    }
  }
}

function retryLater(image: HTMLImageElement): HTMLImageElement {
  image.dataset["again"] = "";
  return image;
}
