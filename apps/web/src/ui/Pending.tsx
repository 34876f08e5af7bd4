/** Something is on its way. It is announced, and shown only if it takes a moment. */
export function Pending({ what = "Loading" }: { what?: string }) {
  return (
    <output className="block animate-[pulse_1.5s_ease-in-out_0.3s_infinite] p-4 text-sm text-faint">
      {what}…
    </output>
  );
}
