"""What we were given: reads the content pack and an overlay folder, and checks them."""
