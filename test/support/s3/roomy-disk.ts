/** A disk on which copies may stay, whatever is on the one of the tests. */
export const roomyDisk = () => Promise.resolve({ totalBytes: 1e12, freeBytes: 5e11 });
