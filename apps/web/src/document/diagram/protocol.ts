/** Asks the frame for a diagram. */
export interface DrawRequest {
  id: number;
  source: string;
  dark: boolean;
}

/** A diagram as it can be shown, and its size in pixels. */
export interface Drawn {
  id: number;
  svg: string;
  width: number;
  height: number;
}

export type DrawAnswer = Drawn | { id: number; error: string };
