import { type ComponentProps, lazy, Suspense } from "react";

const ImportDialog = lazy(() =>
  import("./ImportDialog.tsx").then((module) => ({ default: module.ImportDialog })),
);

/** The import dialog, loaded when first needed. */
export function LazyImport(props: ComponentProps<typeof ImportDialog>) {
  if (props.importing === null) return null;
  return (
    <Suspense>
      <ImportDialog {...props} />
    </Suspense>
  );
}
