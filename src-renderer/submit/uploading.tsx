import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { fileName } from '../player/paths.ts';
import { enSubmit as words } from '../texts/en-submit.ts';
import styles from './new-video.module.css';

interface Upload {
  readonly file: string;
  readonly fraction: number;
}

/** How far the files of an order are on their way to the provider; nothing where none is. */
export function Uploading() {
  const { client, format } = useInbox();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.name !== 'upload:progress') return;
        const { file, sentBytes, totalBytes } = event.data;
        const fraction = totalBytes === 0 ? 1 : sentBytes / totalBytes;
        setUploads((old) => [...old.filter((each) => each.file !== file), { file, fraction }]);
      }),
    [client],
  );
  return (
    <div className={styles['uploads']}>
      {uploads.map(({ file, fraction }) => {
        const text = words.uploading(fileName(file.replaceAll('\\', '/')), format.percent(fraction));
        return (
          <div key={file}>
            <span>{text}</span>
            <progress aria-label={text} value={fraction} />
          </div>
        );
      })}
    </div>
  );
}
