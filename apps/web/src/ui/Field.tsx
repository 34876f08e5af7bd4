import { type ComponentProps, useId } from "react";

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string;
  errors?: string[] | undefined;
}

/** An input with its label, and what is wrong with it. */
export function Field({ label, hint, errors, ...rest }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = errors?.join(". ") ?? hint;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={errors !== undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        className="rounded-md border border-line bg-paper px-3 py-2 aria-invalid:border-danger"
        {...rest}
      />
      {note !== undefined && (
        <p id={noteId} className={`text-sm ${errors === undefined ? "text-faint" : "text-danger"}`}>
          {note}
        </p>
      )}
    </div>
  );
}
