import { Field } from "../ui/Field.tsx";

interface NewPasswordFieldProps {
  name: string;
  label: string;
  errors?: string[] | undefined;
}

/** Where a new password is chosen: the browser may propose one, and the contract's limits hold. */
export function NewPasswordField({ name, label, errors }: NewPasswordFieldProps) {
  return (
    <Field
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      required
      minLength={8}
      maxLength={256}
      hint="At least 8 characters. A few random words work well."
      errors={errors}
    />
  );
}
