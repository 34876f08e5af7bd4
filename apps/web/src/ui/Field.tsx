import { type ComponentProps, type ReactNode, useEffect, useId } from "react";

const input =
  "w-full rounded-md border border-edge bg-paper px-3 py-1.5 placeholder:text-faint/80 focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60 pointer-coarse:py-2.5";

interface Labeled {
  label: string;
  hint?: ReactNode;
  errors?: string[] | undefined;
}

interface WrapProps extends Labeled {
  children: (given: {
    id: string;
    "aria-invalid": boolean;
    "aria-describedby": string | undefined;
  }) => ReactNode;
}

/** Completes the messages of invalid inputs, which follow the name of their field: "must not be empty". */
const toSentence = (label: string, message: string) =>
  /^\p{Lowercase}/u.test(message) ? `${label} ${message}.` : message;

/** A label, a control, and a hint or error messages. */
function FieldWrapper({ label, hint, errors, children }: WrapProps) {
  const id = useId();
  const note = errors?.map((message) => toSentence(label, message)).join(" ") ?? hint;
  const noteId = note === undefined ? undefined : `${id}-note`;
  const isInvalid = errors !== undefined;
  useEffect(() => {
    const control = document.getElementById(id);
    // With the focus, assistive technology reads the error. Among several, the first field gets it.
    if (isInvalid && control?.closest("form")?.querySelector("[aria-invalid=true]") === control)
      control?.focus();
  }, [id, isInvalid]);
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-invalid": isInvalid, "aria-describedby": noteId })}
      {note !== undefined && (
        <p id={noteId} className={`text-sm ${errors === undefined ? "text-faint" : "text-danger"}`}>
          {note}
        </p>
      )}
    </div>
  );
}

/** The key of an uncontrolled control: when its saved value changes, it shows the new one, and other fields keep what is typed. */
const getKey = ({ defaultValue }: Pick<ComponentProps<"input">, "defaultValue">) => String(defaultValue);

/** A labeled input with its errors, and optionally a button inside its end. */
export function Field({
  label,
  hint,
  errors,
  action,
  ...rest
}: Labeled & { action?: ReactNode } & ComponentProps<"input">) {
  return (
    <FieldWrapper label={label} hint={hint} errors={errors}>
      {(given) =>
        action === undefined ? (
          <input key={getKey(rest)} {...given} className={input} {...rest} />
        ) : (
          <div className="relative">
            <input key={getKey(rest)} {...given} className={`${input} pr-16`} {...rest} />
            {action}
          </div>
        )
      }
    </FieldWrapper>
  );
}

/** A labeled multi-line input. */
export function TextArea({ label, hint, errors, ...rest }: Labeled & ComponentProps<"textarea">) {
  return (
    <FieldWrapper label={label} hint={hint} errors={errors}>
      {(given) => <textarea key={getKey(rest)} rows={3} {...given} className={input} {...rest} />}
    </FieldWrapper>
  );
}

/** A labeled select; the options are its children. */
export function Select({ label, hint, errors, ...rest }: Labeled & ComponentProps<"select">) {
  return (
    <FieldWrapper label={label} hint={hint} errors={errors}>
      {(given) => (
        <select key={getKey(rest)} {...given} className={`${input} h-9 pointer-coarse:h-11`} {...rest} />
      )}
    </FieldWrapper>
  );
}

/** A labeled checkbox. */
export function Checkbox({
  label,
  hint,
  ...rest
}: { label: string; hint?: string } & ComponentProps<"input">) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input id={id} type="checkbox" className="mt-1 size-4 accent-accent" {...rest} />
      <label htmlFor={id} className="text-sm">
        <span className="font-medium">{label}</span>
        {hint !== undefined && <span className="block text-faint">{hint}</span>}
      </label>
    </div>
  );
}
