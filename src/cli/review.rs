//! `connector review`: pairs of organizations that may be one, listed and decided.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use connector::store::ReviewPair;

use super::{Operator, Settings, Tools, decide::organization};

/// How many pairs are listed when nobody says.
const LIMIT: u32 = 50;

#[derive(Debug, Args)]
#[command(after_help = "\
An import makes two listings one organization only when an identifier and name and place agree, or name and street, or name,
city and phone (docs/matching.md says exactly when, and how often that is right). What may be one and may be two waits here:
both organizations are in the directory until somebody decides. Organizations that were in the directory before are never
made one by an import: when a list gives one of them what another has (a number, an address), the pair waits here too.

  connector review                        the pairs that wait, with what speaks for each and against it
  connector review same org-… org-…       they are one: the newer is merged into the older (`connector split` undoes it)
  connector review different org-… org-…  they are two: they are not asked about again, and no import makes them one
  connector review --again SOURCE         judges every organization of a source once more against the others (for data
                                          from before there was matching); it changes nothing but this list")]
pub(super) struct Review {
    #[command(subcommand)]
    decision: Option<Decision>,
    /// Judge all organizations of this source against the others first; what is found waits with the rest.
    #[arg(long, value_name = "SOURCE")]
    again: Option<String>,
    /// How many pairs to list.
    #[arg(long, default_value_t = LIMIT)]
    limit: u32,
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Decision {
    /// The two are one organization.
    Same(Two),
    /// The two are two.
    Different(Two),
}

#[derive(Debug, Args)]
struct Two {
    /// One organization of a pair that waits (org-…).
    one: String,
    /// The other (org-…).
    other: String,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

impl Review {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.decision {
            Some(Decision::Same(two)) => two.decide(true).await,
            Some(Decision::Different(two)) => two.decide(false).await,
            None => {
                let tools = Tools::open(self.settings.config(None)?).await?;
                if let Some(source) = &self.again {
                    let found = tools.store.review_again(source).await?;
                    eprintln!("{found} pairs were found that nobody was asked about.");
                }
                let (pairs, all) = tools.store.review_pairs(self.limit).await?;
                if self.json {
                    println!("{}", serde_json::to_string_pretty(&pairs)?);
                    return Ok(ExitCode::SUCCESS);
                }
                pairs.iter().for_each(print);
                match all {
                    0 => println!("No pair waits for a person."),
                    1 => println!("1 pair waits."),
                    all if all > pairs.len() as u64 => {
                        println!("{all} pairs wait; these are the oldest {}.", pairs.len());
                    }
                    all => println!("{all} pairs wait."),
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn print(pair: &ReviewPair) {
    println!("{}  {:?}  {}", pair.a, pair.a_name, pair.a_place);
    println!("{}  {:?}  {}", pair.b, pair.b_name, pair.b_place);
    println!("  found when {} was looked at; {}\n", pair.source, pair.reasons);
}

impl Two {
    async fn decide(self, same: bool) -> anyhow::Result<ExitCode> {
        let (one, other) = (organization(&self.one)?, organization(&self.other)?);
        let tools = Tools::open(self.settings.config(None)?).await?;
        if same {
            tools.store.review_same(&one, &other, &self.operator.by).await?;
            println!("Decided: they are one. `connector split` undoes it.");
        } else {
            tools.store.review_different(&one, &other, &self.operator.by).await?;
            println!("Decided: they are two, and are not asked about again.");
        }
        Ok(ExitCode::SUCCESS)
    }
}
