/** Data dirs of the programs that the running test file has started. */
export const logsToShow = new Set<string>();
