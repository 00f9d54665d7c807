# One image for every way to run a relay: `throughline start`, as a user without rights, on a root that may
# be read-only. All it writes goes to /data. test: scripts/image.test.ts runs these steps without a daemon.
ARG NODE_IMAGE=node:26-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV CI=true npm_config_yes=true
COPY . .
RUN npx pnpm@12 install --frozen-lockfile
RUN npx pnpm@12 build

FROM ${NODE_IMAGE} AS production
WORKDIR /app
ENV CI=true npm_config_yes=true
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages/server/package.json packages/server/
COPY packages/shared/package.json packages/shared/
RUN npx pnpm@12 install --frozen-lockfile --prod --filter @throughline/server...
COPY packages/server/src packages/server/src
COPY packages/shared/src packages/shared/src
COPY --from=build /app/packages/widget/dist/sdk packages/widget/dist/sdk
COPY --from=build /app/packages/console/dist packages/console/dist

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4600 DATA_DIR=/data
WORKDIR /app
COPY --from=production /app ./
RUN ln -s /app/packages/server/src/main.ts /usr/local/bin/throughline && install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 4600
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["throughline"]
CMD ["start"]
