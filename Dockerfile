# The headless Video Inbox. Its listeners are on loopback, so the container shares the host's network; a tunnel, or a proxy
# of the host, is what makes the callback URL public:
#   docker build --tag video-inbox .
#   docker run --network host --volume video-inbox:/library --env NGROK_AUTHTOKEN video-inbox serve --tunnel ngrok
# Podman and Buildah know the health check only in an image that is built with --format docker.
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --ignore-scripts
RUN mkdir /packed && npm pack --pack-destination /packed

FROM docker.io/library/node:24-bookworm-slim
COPY --from=build /packed /packed
RUN npm install --global --no-audit --no-fund /packed/*.tgz && rm -rf /packed /root/.npm
RUN install --directory --owner node --group node --mode 700 /library
ENV VIDEO_INBOX_DATA_DIR=/library
VOLUME /library
USER node
HEALTHCHECK --start-period=30s CMD ["video-inbox", "status"]
ENTRYPOINT ["video-inbox"]
CMD ["serve"]
