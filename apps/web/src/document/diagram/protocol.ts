/** A request to the frame to draw a diagram. */
export interface DiagramRequest {
  id: number;
  source: string;
  dark: boolean;
}

/** A drawn diagram and its size in pixels. */
export interface DiagramRendered {
  id: number;
  svg: string;
  width: number;
  height: number;
}

export type DiagramResponse = DiagramRendered | { id: number; error: string };
