import { PasswordField } from "../ui/PasswordField.tsx";

interface NewPasswordFieldProps {
  name: string;
  label: string;
  errors?: string[] | undefined;
}

/** A field for a new password, with browser suggestions and the contract's length limits. */
export function NewPasswordField({ name, label, errors }: NewPasswordFieldProps) {
  return (
    <PasswordField
      label={label}
      name={name}
      autoComplete="new-password"
      required
      minLength={8}
      maxLength={256}
      hint="At least 8 characters. A few random words work well."
      errors={errors}
    />
  );
}
