import { fieldErrorsOf, isReason, type RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, Select, TextArea } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { showToast } from "../../ui/toast.ts";
import { isLanguage, languageNames } from "./languages.ts";

interface GeneralFormProps {
  workspace: RouterOutputs["workspace"]["get"];
  mayEdit: boolean;
}

export function GeneralForm({ workspace, mayEdit }: GeneralFormProps) {
  const save = useMutation(
    trpc.workspace.update.mutationOptions({
      onSuccess: async (updated) => {
        queryClient.setQueryData(
          trpc.workspace.get.queryKey({ id: updated.id }),
          (before) => before && { ...before, ...updated },
        );
        showToast("Saved");
        await queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
      },
    }),
  );
  const errors = fieldErrorsOf(save.error);
  return (
    <Form
      onSend={(form) => {
        const language = getFormString(form, "language");
        save.mutate({
          id: workspace.id,
          name: getFormString(form, "name"),
          description: getFormString(form, "description") || null,
          ...(isLanguage(language) && { language }),
        });
      }}
    >
      <fieldset disabled={!mayEdit} className="grid gap-4">
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          defaultValue={workspace.name}
          errors={errors["name"]}
        />
        <TextArea
          label="Description"
          name="description"
          maxLength={1000}
          defaultValue={workspace.description ?? ""}
          errors={errors["description"]}
        />
        <Select
          label="Language"
          name="language"
          defaultValue={workspace.language}
          hint="Search also finds other forms of a word. For example, “write” finds “writing”. Documents can override the language."
        >
          {Object.entries(languageNames).map(([language, name]) => (
            <option key={language} value={language}>
              {name}
            </option>
          ))}
        </Select>
      </fieldset>
      {!isReason(save.error, "BAD_INPUT") && <ErrorNote error={save.error} />}
      {mayEdit && (
        <Button type="submit" disabled={save.isPending} className="justify-self-start">
          Save
        </Button>
      )}
    </Form>
  );
}
