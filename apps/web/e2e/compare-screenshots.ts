import pixelmatch from "pixelmatch";
import sharp from "sharp";

/** Color distance from which a pixel differs. 0.1 ignores what rounding and compression change. */
const colorThreshold = 0.1;
/** Size of the square in which differing pixels are counted. Scattered ones are noise, and together they are a change. */
const windowPixels = 32;
/** The most differing pixels in a square of two equal screenshots. */
const toleratedPixels = 16;

/**
 * Compares two PNGs. Ignores antialiasing, and pixels that differ here and there.
 * @returns A PNG that shows the differences in red; null if they are equal.
 */
export async function findDifference(expected: Buffer, actual: Buffer): Promise<Buffer | null> {
  const [before, after] = await Promise.all([decode(expected), decode(actual)]);
  const { width, height } = after.info;
  if (width !== before.info.width || height !== before.info.height) return actual;
  const difference = new Uint8Array(after.data.length);
  const differing = pixelmatch(before.data, after.data, difference, width, height, {
    threshold: colorThreshold,
    windowSize: windowPixels,
  });
  if (differing <= toleratedPixels) return null;
  return sharp(difference, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** Compresses a PNG without changing a pixel. */
export const compressScreenshot = async (png: Buffer): Promise<Buffer> =>
  sharp(png).png({ compressionLevel: 9, adaptiveFiltering: false }).toBuffer();

const decode = async (png: Buffer) => sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
