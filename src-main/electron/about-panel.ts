/** What "About Video Inbox" shows. Linux and Windows know nothing by themselves but the name of the program. */
import { app } from 'electron';

export const website = 'https://github.com/video-inbox/video-inbox';

export function describeApp(): void {
  app.setAboutPanelOptions({
    applicationName: 'Video Inbox',
    applicationVersion: app.getVersion(),
    copyright: 'Video Inbox contributors, MIT',
    website,
  });
}
