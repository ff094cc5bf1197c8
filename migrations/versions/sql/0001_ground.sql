-- Schemas, and the few tables that only definer functions touch.
CREATE SCHEMA app;
CREATE SCHEMA jobs;

-- Keys of the scope's seal and of the audit chain, as HMAC pads. Never granted.
CREATE TABLE app.secrets (name text PRIMARY KEY, inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);
-- One row: the key under which providers get their pseudonyms, wrapped by a key outside the database.
CREATE TABLE app.applicant_roots (the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only), wrapped bytea NOT NULL);
GRANT SELECT, INSERT, UPDATE ON app.applicant_roots TO portal_resolver;
-- One row. Set back by the loader of the worked region only; serving refuses any other value than zero.
CREATE TABLE app.clock (the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only), shift interval NOT NULL DEFAULT '0'
    CHECK (shift <= interval '0'));
INSERT INTO app.clock DEFAULT VALUES;
-- One row. Says whether invented data, and pages that show every mail, are allowed here; a production start sets it false.
CREATE TABLE app.mode (the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only), demonstration boolean NOT NULL DEFAULT false);
INSERT INTO app.mode DEFAULT VALUES;
-- One row, locked by whoever writes to the trail: unlike an advisory lock, nobody else can take it.
CREATE TABLE app.chain (the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only));
INSERT INTO app.chain DEFAULT VALUES;
GRANT SELECT, UPDATE ON app.chain TO portal_resolver;
-- The scope a job carries: who deferred it, acting for whom. `reading`: nobody deferred it; it only reads as them, to tell them.
CREATE TABLE app.job_scopes (job_id bigint PRIMARY KEY, person_id uuid NOT NULL, organisation_id uuid NOT NULL,
    reading boolean NOT NULL DEFAULT false);
GRANT SELECT ON app.secrets TO portal_resolver;
GRANT SELECT ON app.clock TO portal_resolver;
GRANT SELECT ON app.mode TO portal_resolver;
GRANT SELECT, INSERT, DELETE ON app.job_scopes TO portal_resolver;
GRANT USAGE ON SCHEMA app TO portal_app, portal_worker, portal_keeper, portal_resolver;
