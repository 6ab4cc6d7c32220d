// The name of the folder in /opt, of which electron-builder asks no other than the product's. With a blank in it the app
// does not start where the kernel gives no user namespaces: there Chromium starts its processes through `chrome-sandbox`,
// whose path it takes apart at blanks. https://source.chromium.org/chromium/chromium/src/+/main:base/command_line.cc
// (PrependWrapper). The app itself is called by `productName` of package.json, which stays in it.
import process from 'node:process';

export default { productName: process.platform === 'linux' ? 'video-inbox' : 'Video Inbox' };
