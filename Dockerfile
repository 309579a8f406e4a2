# The service in a container. Nothing but Node, the production dependencies, the compiled program, the mappings and the
# samples is in the result; it runs as an unprivileged user and writes nowhere but /tmp, and there only where a mapping
# set of your own is mounted.
#
#   docker build -t cairn .
#   docker run --rm -p 127.0.0.1:8080:8080 --read-only --tmpfs /tmp -e CAIRN_KEYS=feed:HASH cairn
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/copy-data.mjs scripts/check-set.ts scripts/bundle.mjs scripts/snapshot.mjs scripts/
COPY src src
COPY mappings mappings
COPY purposes purposes
COPY valuesets valuesets
COPY categories categories
COPY samples samples
RUN npm run build

FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="Cairn" \
      org.opencontainers.image.description="C-CDA documents in, provenance-tagged FHIR R4 US Core Bundles out" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY mappings mappings
COPY purposes purposes
COPY valuesets valuesets
COPY categories categories
COPY samples samples
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "dist/service/healthcheck.js"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
