/** Whether the page reads from right to left, so that what comes next lies on the left. */
export const isRightToLeft = (): boolean => document.documentElement.dir === 'rtl';

const mirrored: Readonly<Record<string, string>> = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' };

/** An arrow key as it is meant from left to right: `ArrowRight` goes on. Other keys are what they are. */
export const arrowKey = (key: string): string => (isRightToLeft() ? (mirrored[key] ?? key) : key);
