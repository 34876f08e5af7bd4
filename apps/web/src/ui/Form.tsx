import type { ComponentProps, SubmitEvent } from "react";

interface FormProps extends Omit<ComponentProps<"form">, "action" | "onSubmit"> {
  /** Gets what was filled in. */
  onSend: (form: FormData) => void;
}

/** A form whose fields keep what was typed when it could not be sent; React's `action` would empty them. */
export function Form({ onSend, className = "grid gap-4", ...rest }: FormProps) {
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(new FormData(event.currentTarget));
  };
  return <form onSubmit={send} className={className} {...rest} />;
}
