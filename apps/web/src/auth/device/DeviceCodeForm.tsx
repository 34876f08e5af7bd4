import { fieldErrorsOf, isReason } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { client } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { AuthCard } from "../AuthCard.tsx";
import type { FoundDevice } from "./DecideDevice.tsx";

interface DeviceCodeFormProps {
  /** The code in the address, which the person compares. */
  code: string | undefined;
  onFound: (found: FoundDevice) => void;
}

/** Finds the sign-in of a device by its code. Each attempt counts against a limit, so only the button sends one. */
export function DeviceCodeForm({ code, onFound }: DeviceCodeFormProps) {
  const find = useMutation({
    mutationFn: async (userCode: string) => ({
      userCode,
      device: await client.auth.device.get.query({ userCode }),
    }),
    onSuccess: onFound,
  });
  return (
    <AuthCard title="Sign in a device" lead="Enter the code shown on your device.">
      <Form onSend={(form) => find.mutate(getFormString(form, "code"))}>
        <Field
          label="Code"
          name="code"
          defaultValue={code}
          placeholder="XXXX-XXXX"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={32}
          required
          errors={fieldErrorsOf(find.error)["userCode"]}
        />
        {!isReason(find.error, "BAD_INPUT") && <ErrorNote error={find.error} />}
        <Button kind="primary" type="submit" disabled={find.isPending} className="h-9">
          Continue
        </Button>
      </Form>
    </AuthCard>
  );
}
