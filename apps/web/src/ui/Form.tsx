import type { ComponentProps, SubmitEvent } from "react";

interface FormProps extends Omit<ComponentProps<"form">, "action" | "onSubmit"> {
  /** Called with the form data, and with the form, to reset it. */
  onSend: (form: FormData, element: HTMLFormElement) => void;
}

/** A form that keeps its input if sending fails; React's `action` would clear it. */
export function Form({ onSend, className = "grid gap-4", ...rest }: FormProps) {
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(new FormData(event.currentTarget), event.currentTarget);
  };
  return <form onSubmit={send} className={className} {...rest} />;
}
