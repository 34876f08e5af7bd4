/** Stands for what the procedures are given on the server, in the published types: nobody outside needs to know. */
export interface Context {}
