import { useMemo } from "react";
import { encode } from "uqr";

/** A QR code, black on white in both color schemes, because cameras expect it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = useMemo(() => encode(text), [text]);
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])))
    .join("");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      className="size-48 rounded-md bg-white"
    >
      <path d={path} className="fill-black" shapeRendering="crispEdges" />
    </svg>
  );
}
