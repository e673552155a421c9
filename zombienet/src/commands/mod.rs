//! What a user can type.

mod byzantine;
mod check;
mod damage;
mod demo;
mod files;
mod lab;
mod logs;
mod status;
mod store;
mod time;
mod up;
mod upgrade;

use crate::cli::{Cli, Command, Lab};
use crate::control::{self, Request};
use crate::dir::NetworkDir;
use crate::manifest::Manifest;
use crate::network::Action;
use anyhow::{Context, Result};
use cess_chain::{Chain, Signer};

/// What every command knows.
pub(crate) struct Session {
    pub(crate) dir: NetworkDir,
    pub(crate) json: bool,
}

impl Session {
    /// Prints text for people or JSON for scripts.
    pub(crate) fn print(&self, text: impl std::fmt::Display, json: serde_json::Value) {
        if self.json {
            println!("{json}");
        } else {
            println!("{text}");
        }
    }

    /// The manifest of the running network.
    pub(crate) fn manifest(&self) -> Result<Manifest> {
        Ok(Manifest::load_running(&self.dir)?)
    }

    /// The account that may use sudo.
    pub(crate) fn root(&self, manifest: &Manifest) -> Result<Signer> {
        let root = manifest
            .accounts
            .first()
            .context("the manifest names no account")?;
        Ok(Signer::from_uri(&root.seed)?)
    }

    /// A handle to the chain through the first validator that answers.
    pub(crate) async fn chain(&self, manifest: &Manifest) -> Result<Chain> {
        let mut last = None;
        for role in &manifest.roles {
            let Some(url) = role.ws() else { continue };
            if crate::process::state(role.pid, &role.command)
                != crate::process::ProcessState::Running
            {
                continue;
            }
            match Chain::connect(&url).await {
                Ok(chain) => return Ok(chain),
                Err(e) => last = Some(e),
            }
        }
        Err(last
            .context("no validator runs; start one with `cessnet restart alice`")?
            .into())
    }
}

/// Runs a command.
pub async fn run(cli: Cli) -> Result<()> {
    let session = Session {
        dir: NetworkDir::new(&cli.dir)?,
        json: cli.json,
    };
    match cli.command {
        Command::Up(up) => up::up(&session, up).await,
        Command::Down => up::down(&session).await,
        Command::Status => status::status(&session).await,
        Command::Put(put) => store::put(&session, put).await,
        Command::Get(get) => store::get(&session, get).await,
        Command::Files => files::files(&session).await,
        Command::Logs(logs) => logs::logs(&session, logs).await,
        Command::Corrupt(damage) => damage::corrupt(&session, damage).await,
        Command::Lose(loss) => damage::lose(&session, loss).await,
        Command::Byzantine(args) => byzantine::byzantine(&session, args).await,
        Command::Demo(demo) => demo::demo(&session, demo).await,
        Command::Check => check::check(&session).await,
        Command::Lab(Lab::Detect(detect)) => lab::detect(&session, detect).await,
        Command::Time(time) => time::time(&session, time).await,
        Command::Upgrade(upgrade) => upgrade::upgrade(&session, upgrade).await,
        Command::Kill(name) => act(&session, name.role, Action::Kill).await,
        Command::Pause(name) => act(&session, name.role, Action::Pause).await,
        Command::Resume(name) => act(&session, name.role, Action::Resume).await,
        Command::Restart(name) => act(&session, name.role, Action::Restart).await,
    }
}

/// Asks the supervisor to do something to a process.
async fn act(session: &Session, role: String, action: Action) -> Result<()> {
    let request = Request::Act {
        role: role.clone(),
        action,
    };
    control::ask(&session.dir, &request).await?;
    let done = action.name();
    session.print(
        format!("{done} {role}: done"),
        serde_json::json!({ "role": role, "action": done }),
    );
    Ok(())
}
