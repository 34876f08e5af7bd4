/** Asks the frame for a diagram. */
export interface DiagramRequest {
  id: number;
  source: string;
  dark: boolean;
}

/** A diagram as it can be shown, and its size in pixels. */
export interface DiagramRendered {
  id: number;
  svg: string;
  width: number;
  height: number;
}

export type DiagramResponse = DiagramRendered | { id: number; error: string };
