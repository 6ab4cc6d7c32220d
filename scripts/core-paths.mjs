/** What the page asks its core for, as a pattern of the dev server's proxy: all else is a file of the page. */
export const corePaths = '^/(attach|call|events|export|media|open-page|poster|source|strip)([/?]|$)';
