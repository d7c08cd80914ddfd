# Any Debian or Alpine image with Node 20.20, 22 or 24 will do.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig*.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
WORKDIR /app
# Arguments written for Toxiproxy's image replace CMD and know no --insecure, so that is said here as well.
# A token, once set, is asked for all the same.
ENV NODE_ENV=production FAULTLINE_INSECURE=true
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY config ./config
COPY chaos-profiles ./chaos-profiles
RUN ln -s /app/dist/cli/bin.js /usr/local/bin/faultline

# A number, so that Kubernetes can tell that it is not root. Nothing is written to the file system.
USER 1000:1000
EXPOSE 8474
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["faultline", "health"]
ENTRYPOINT ["faultline", "serve"]
# Reachable and open, as Toxiproxy's image is; docs/sidecar.md shows how to ask for a token.
CMD ["--host", "0.0.0.0", "--insecure"]
