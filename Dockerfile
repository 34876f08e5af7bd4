# The server and the web app. Build: docker build -t mdreader .
# Set NODE_ENV=production, JWT_SECRET and APP_URL. Without DATABASE_URL, the embedded PostgreSQL stores its data in
# /data.

ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-slim AS base
ENV CI=true COREPACK_ENABLE_DOWNLOAD_PROMPT=0
WORKDIR /app
RUN npm install --global pnpm@12.21.0
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
COPY patches patches
COPY apps/cli/package.json apps/cli/
COPY apps/server/package.json apps/server/
COPY apps/web/package.json apps/web/
COPY bench/package.json bench/
COPY packages/api/package.json packages/api/
COPY packages/client/package.json packages/client/
COPY packages/collab/package.json packages/collab/
COPY packages/contract/package.json packages/contract/
COPY packages/db/package.json packages/db/
COPY packages/markdown/package.json packages/markdown/
COPY packages/mcp/package.json packages/mcp/
COPY packages/packaging/package.json packages/packaging/
COPY packages/react/package.json packages/react/
COPY packages/testing/package.json packages/testing/

FROM base AS web
RUN --mount=type=cache,id=pnpm,target=/pnpm/store \
  pnpm install --frozen-lockfile --store-dir /pnpm/store --filter @mdreader/web...
COPY . .
RUN pnpm --config.verify-deps-before-run=false --filter @mdreader/web build

FROM base AS dependencies
RUN --mount=type=cache,id=pnpm,target=/pnpm/store \
  pnpm install --frozen-lockfile --prod --store-dir /pnpm/store --filter @mdreader/server...

FROM node:${NODE_VERSION}-slim
ENV NODE_ENV=production APP_HOST=0.0.0.0 APP_PORT=7001 DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies --chown=root:root /app ./
COPY apps/server apps/server
COPY packages packages
COPY --from=web /app/apps/web/dist apps/web/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7001/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The server runs as process 1, so that it receives signals and shuts down gracefully.
CMD ["node", "apps/server/src/main.ts"]
