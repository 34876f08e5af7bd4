const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
/** Bytes in a kilobyte, as file managers count. */
const bytesPerKilobyte = 1024;

/** A number of bytes in the reader's language, such as "1.4 MB". */
export function formatSize(bytes: number): string {
  const power = Math.min(
    units.length - 1,
    bytes < bytesPerKilobyte ? 0 : Math.floor(Math.log(bytes) / Math.log(bytesPerKilobyte)),
  );
  const format = new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: units[power] ?? "byte",
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power < 2 ? 0 : 1,
  });
  return format.format(bytes / bytesPerKilobyte ** power);
}
