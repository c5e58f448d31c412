"""Looking after those who look after the site: duties, notes handed over, days away, each her own desk."""
