"""What every page needs: who may, one transaction, refusals as evidence, headers, forms."""

from portal.core.web.pages import Pages, public, signed_in

__all__ = ["Pages", "public", "signed_in"]
