import { fieldErrorsOf, isReason, type RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { showToast } from "../../ui/toast.ts";

/** The names shown to other members. */
export function ProfileForm({ me }: { me: RouterOutputs["auth"]["me"] }) {
  const save = useMutation(
    trpc.auth.updateProfile.mutationOptions({
      onSuccess: (user) => {
        queryClient.setQueryData(trpc.auth.me.queryKey(), user);
        showToast("Saved");
      },
    }),
  );
  const errors = fieldErrorsOf(save.error);
  return (
    <Form
      className="grid gap-4 sm:grid-cols-2"
      onSend={(form) =>
        save.mutate({
          username: getFormString(form, "username"),
          fullName: getFormString(form, "fullName") || null,
        })
      }
    >
      <Field
        label="Full name"
        name="fullName"
        autoComplete="name"
        defaultValue={me.fullName ?? ""}
        maxLength={100}
        errors={errors["fullName"]}
      />
      <Field
        label="Username"
        name="username"
        autoComplete="nickname"
        defaultValue={me.username}
        required
        minLength={3}
        maxLength={50}
        errors={isReason(save.error, "USERNAME_TAKEN") ? [save.error.message] : errors["username"]}
      />
      <div className="grid gap-3 sm:col-span-2">
        {!isReason(save.error, "USERNAME_TAKEN", "BAD_INPUT") && <ErrorNote error={save.error} />}
        <Button type="submit" disabled={save.isPending} className="justify-self-start">
          Save
        </Button>
      </div>
    </Form>
  );
}
