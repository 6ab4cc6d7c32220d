/** A page for a client: films and the names that the person gave them. It opens from a disk, and holds nothing of a prompt. */
export interface ClientFilm {
  /** Relative to the page. */
  readonly file: string;
  readonly poster: string | null;
  readonly title: string;
  readonly width: number | null;
  readonly height: number | null;
  /** A picture that moves by itself, which no player plays. */
  readonly moves: boolean;
}

export interface ClientPage {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  readonly films: readonly ClientFilm[];
}

const style = `
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{margin:0;padding:clamp(16px,4vw,56px);background:light-dark(#f6f6f7,#111113);color:light-dark(#17171a,#f0f0f2)}
h1{margin:0 0 1.2em;font-size:1.5rem}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:28px;align-items:start}
figure{margin:0}
video,img{display:block;width:100%;max-height:78vh;object-fit:contain;background:#000;border-radius:10px}
figcaption{margin-top:8px;font-weight:600;overflow-wrap:anywhere}
`;

/** No script, so that it works wherever a file can be opened. */
export function clientPage({ title, language, films }: ClientPage): string {
  const shown = films.map(({ file, poster, title: name, width, height, moves }) => {
    const size = width === null || height === null ? '' : ` width="${String(width)}" height="${String(height)}"`;
    const picture = poster === null ? '' : ` poster="${address(poster)}"`;
    const label = text(name);
    const film = moves
      ? `<img${size} style="height:auto" src="${address(file)}" alt="${label}">`
      : `<video controls playsinline preload="${poster === null ? 'metadata' : 'none'}"${picture}${size} style="height:auto" src="${address(file)}" aria-label="${label}"></video>`;
    return `<figure>${film}<figcaption dir="auto">${label}</figcaption></figure>`;
  });
  return [
    '<!doctype html>',
    `<html lang="${text(language)}"${language === 'ar' ? ' dir="rtl"' : ''}>`,
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">',
    `<title>${text(title)}</title><style>${style}</style></head>`,
    `<body><h1 dir="auto">${text(title)}</h1><main>`,
    ...shown,
    '</main></body></html>',
    '',
  ].join('\n');
}

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const text = (raw: string): string => raw.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
const address = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
