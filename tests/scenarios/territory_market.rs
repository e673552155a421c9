//! Territories change hands for money.
//!
//! Phases and what must hold:
//! 1. an owner offers a territory, takes it back, offers it again; nobody else can;
//! 2. a buyer's money is kept while the sale waits, and comes back when it withdraws;
//! 3. the sale takes effect by itself: territory, name and money change hands exactly once;
//! 4. an order is paid by somebody else than the one it is for, once, and not when it is old;
//! 5. a territory is given away, and its new owner fills it.

use anyhow::{ensure, Context, Result};
use cess_chain::event::StorageHandlerEvent;
use cess_chain::{calls, Call, ChainError, Event, Included, Signer, H256};
use cess_primitives::file::Name;
use cess_primitives::territory::{OrderType, TerritoryInfo, TerritoryState};
use cess_primitives::{Balance, TCESS};
use cess_tests::Devnet;
use cessnet::lifecycle;

const PRICE: Balance = 500 * TCESS;
const DAYS: u32 = 30;

/// A network with three people on the market.
struct Market {
    net: Devnet,
    seller: Signer,
    buyer: Signer,
    payer: Signer,
}

#[tokio::test(flavor = "multi_thread")]
async fn territories_are_sold_ordered_and_given_away() -> Result<()> {
    let market = Market {
        net: Devnet::start("small.toml", 1).await?,
        seller: Signer::from_uri("//Bob")?,
        buyer: Signer::from_uri("//Charlie")?,
        payer: Signer::from_uri("//Dave")?,
    };
    // A jump that waits for an audit may be overtaken by the handover that it is to bring about.
    market.net.hold_audits().await?;
    let token = market.offer().await?;
    market.buy_and_withdraw(token).await?;
    market.buy(token).await?;
    market.order().await?;
    market.grant().await?;
    market.net.finish().await
}

impl Market {
    async fn submit(&self, signer: &Signer, call: Call) -> Result<Included> {
        Ok(self.net.chain.submit(signer, call).await?)
    }

    async fn refused(&self, signer: &Signer, call: Call, error: &str) -> Result<()> {
        let title = call.title();
        match self.net.chain.submit(signer, call).await {
            Ok(_) => anyhow::bail!("{title} succeeded instead of failing with {error}"),
            Err(e) if e.is_dispatch("StorageHandler", error) => Ok(()),
            Err(e @ ChainError::Dispatch { .. }) => Err(e).with_context(|| error.to_owned()),
            Err(e) => Err(e.into()),
        }
    }

    async fn territory(&self, owner: &Signer, name: &Name) -> Result<Option<TerritoryInfo>> {
        Ok(self.net.chain.territory(&owner.account_id(), name).await?)
    }

    async fn reserved(&self, who: &Signer) -> Result<Balance> {
        Ok(self.net.chain.account(&who.account_id()).await?.reserved)
    }

    async fn offer(&self) -> Result<H256> {
        use calls::storage_handler::{cancel_consignment, territory_consignment};
        let stall = lifecycle::name("stall")?;
        let mint = calls::storage_handler::mint_territory(1, &stall, DAYS);
        self.submit(&self.seller, mint).await?;
        let offer = territory_consignment(&stall, PRICE);
        self.refused(&self.buyer, offer.clone(), "NotHaveTerritory")
            .await?;
        self.submit(&self.seller, offer.clone()).await?;
        self.refused(&self.seller, offer.clone(), "ConsignmentExisted")
            .await?;
        self.submit(&self.seller, cancel_consignment(&stall))
            .await?;
        let back = self
            .territory(&self.seller, &stall)
            .await?
            .context("it is still there")?;
        ensure!(back.state == TerritoryState::Active);
        self.submit(&self.seller, offer).await?;
        Ok(back.token)
    }

    async fn buy_and_withdraw(&self, token: H256) -> Result<()> {
        let shop = lifecycle::name("shop")?;
        let before = self.reserved(&self.buyer).await?;
        let buy = calls::storage_handler::buy_consignment(token, &shop);
        self.refused(&self.seller, buy.clone(), "OwnConsignment")
            .await?;
        self.submit(&self.buyer, buy.clone()).await?;
        ensure!(self.reserved(&self.buyer).await? == before + PRICE);
        self.refused(&self.payer, buy, "ConsignmentLocked").await?;
        let withdraw = calls::storage_handler::cancel_purchase_action(token);
        self.refused(&self.payer, withdraw.clone(), "NotBuyer")
            .await?;
        self.submit(&self.buyer, withdraw).await?;
        ensure!(self.reserved(&self.buyer).await? == before);
        let sale = self
            .net
            .chain
            .consignment(&token)
            .await?
            .context("it is still for sale")?;
        ensure!(!sale.locked && sale.buyers.is_none());
        Ok(())
    }

    async fn buy(&self, token: H256) -> Result<()> {
        let (stall, shop) = (lifecycle::name("stall")?, lifecycle::name("shop")?);
        let before = self.reserved(&self.buyer).await?;
        let seller = self.seller.account_id();
        let buy = calls::storage_handler::buy_consignment(token, &shop);
        self.submit(&self.buyer, buy).await?;
        let income = self.net.chain.account(&seller).await?.free;
        let sold = self.net.jump(self.net.params.consignment_lock + 1).await?;
        ensure!(
            sold.fell_due.get("territories handed over") == Some(&1),
            "{sold:?}"
        );
        ensure!(self.net.chain.account(&seller).await?.free == income + PRICE);
        ensure!(
            self.reserved(&self.buyer).await? == before,
            "the reserve was the payment"
        );
        ensure!(self.territory(&self.seller, &stall).await?.is_none());
        let bought = self
            .territory(&self.buyer, &shop)
            .await?
            .context("the buyer has it")?;
        ensure!(bought.token == token && bought.state == TerritoryState::Active);
        ensure!(self.net.chain.consignment(&token).await?.is_none());
        Ok(())
    }

    async fn order(&self) -> Result<()> {
        use calls::storage_handler::{create_order, exec_order};
        let gift = lifecycle::name("gift")?;
        let target = self.seller.account_id();
        let wanted = create_order(&target, &gift, OrderType::Buy, 1, DAYS, 50);
        let order = order_of(self.submit(&self.seller, wanted).await?)?;
        let price = self
            .net
            .chain
            .pay_order(&order)
            .await?
            .context("the order")?
            .pay;
        ensure!(price == self.net.chain.unit_price().await? * Balance::from(DAYS));
        let before = self.net.chain.account(&self.payer.account_id()).await?.free;
        let paid = self.submit(&self.payer, exec_order(&order)).await?;
        let after = self
            .net
            .chain
            .at(paid.block)
            .account(&self.payer.account_id())
            .await?
            .free;
        let fee = before - after - price;
        ensure!(fee < TCESS, "the payer paid {fee} more than the price");
        let got = self
            .territory(&self.seller, &gift)
            .await?
            .context("the target has it")?;
        ensure!(got.state == TerritoryState::Active);
        self.refused(&self.payer, exec_order(&order), "NoOrder")
            .await?;

        let larger = create_order(&target, &gift, OrderType::Expansion, 1, 0, 10);
        let late = order_of(self.submit(&self.buyer, larger).await?)?;
        self.net.jump(self.net.days(1)).await?;
        self.refused(&self.payer, exec_order(&late), "NoOrder")
            .await?;
        ensure!(
            self.net.chain.pay_order(&late).await?.is_none(),
            "old orders are forgotten"
        );
        Ok(())
    }

    async fn grant(&self) -> Result<()> {
        let gift = lifecycle::name("gift")?;
        let alice = self.net.user.account_id();
        let given = self
            .territory(&self.seller, &gift)
            .await?
            .context("the seller has it")?;
        let grant = calls::storage_handler::territory_grants(&gift, &alice);
        self.submit(&self.seller, grant).await?;
        ensure!(self.territory(&self.seller, &gift).await?.is_none());
        // Until it is renamed it is called by its token.
        let (owner, name) = self
            .net
            .chain
            .territory_key(&given.token)
            .await?
            .context("the key")?;
        ensure!(owner == alice && name.as_slice() == given.token.as_bytes());
        let own = lifecycle::name("present")?;
        let rename = calls::storage_handler::territory_rename(&name, &own);
        self.submit(&self.net.user, rename).await?;
        let fid = self
            .net
            .put_into("present", "present.bin", &[7; 5000])
            .await?;
        self.net.active(&fid).await?;
        let used = self
            .territory(&self.net.user, &own)
            .await?
            .context("it is there")?;
        ensure!(used.used_space == self.net.params.file_space(1));
        Ok(())
    }
}

fn order_of(included: Included) -> Result<Vec<u8>> {
    let order = included.events.into_iter().find_map(|event| match event {
        Event::StorageHandler(StorageHandlerEvent::CreatePayOrder { order_hash }) => {
            Some(order_hash)
        }
        _ => None,
    });
    order.context("an order has a number")
}
