/** Labels of the queues of background jobs. */
const labels: Readonly<Record<string, string>> = {
  mail: "Sending emails",
  maintenance: "Maintaining documents",
  sweep: "Deleting expired data",
};

/** The label of a queue, or its name if a newer server has created it. */
export const toJobLabel = (queue: string): string => labels[queue] ?? queue;
