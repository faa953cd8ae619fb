using System.Buffers.Binary;
using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <content>Very many documents at once.</content>
public sealed partial class LiteDbFile
{
    /// <summary>Pages of 8 KiB in all.</summary>
    internal uint PageCount => _pages.PageCount;

    /// <summary>Reads a collection from the pages that its documents lie in, without its index: LiteDB takes 10 us a document to
    /// walk that, and this a fifth of it. Nothing may be committed meanwhile.</summary>
    /// <typeparam name="T">What is made of each document; these come in no order.</typeparam>
    /// <returns>Null where a page does not look as it should: the index knows whether that matters.</returns>
    internal List<T>? Scan<T>(string collection, Func<BsonDocument, T> made)
    {
        // What the log has LiteDB alone can put together.
        if (!ReadOnly && LogPages > 0)
            Checkpoint();
        var count = PageCount;
        try
        {
            var page = new byte[LitePage.Size];
            _pages.ReadPage(0, page);
            var (root, name) = RawPages.CollectionsOf(page).FirstOrDefault(one => one.Value == collection);
            var found = new List<T>();
            for (uint id = 1; id < count && name is not null; id++)
            {
                _pages.ReadPage(id, page);
                if (page[RawScan.TypeOffset] != RawScan.DataPage
                    || BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(RawScan.CollectionOffset)) != root)
                {
                    continue;
                }

                for (var slot = 0; slot <= page[RawScan.HighestOffset] && page[RawScan.HighestOffset] != RawScan.NoSlot; slot++)
                {
                    // A block that another one leads to is read with that.
                    if (RawScan.SlotAt(page, slot) is { } block && page[block.Offset] == 0)
                        found.Add(made(Document(collection, page, block)));
                }
            }

            return found;
        }
        catch (Exception strange) when (strange is StoreDamagedException or InvalidDataException)
        {
            return null;
        }
    }

    private BsonDocument Document(string collection, byte[] page, (int Offset, int Length) block)
    {
        var bytes = page[(block.Offset + RawScan.BlockHeader)..(block.Offset + block.Length)];
        var (next, slot) = RawScan.Address(page.AsSpan(block.Offset + 1));
        if (next != uint.MaxValue || slot != RawScan.NoSlot)
            bytes = [.. bytes, .. Rest(next, slot)];
        BsonDocument document;
        try
        {
            document = BsonSerializer.Deserialize(bytes);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidDataException("There is a block that holds no document.", failure);
        }

        Demand(collection, document);
        return document;
    }

    /// <summary>The blocks that a document goes on in.</summary>
    private List<byte> Rest(uint next, int slot)
    {
        var rest = new List<byte>();
        var page = new byte[LitePage.Size];
        while (next != uint.MaxValue || slot != RawScan.NoSlot)
        {
            _pages.ReadPage(next, page);
            if (rest.Count > RawScan.MostDocumentBytes || page[RawScan.TypeOffset] != RawScan.DataPage
                || RawScan.SlotAt(page, slot) is not { } block || page[block.Offset] == 0)
            {
                throw new InvalidDataException("A document does not go on where it says.");
            }

            rest.AddRange(page.AsSpan(block.Offset + RawScan.BlockHeader, block.Length - RawScan.BlockHeader));
            (next, slot) = RawScan.Address(page.AsSpan(block.Offset + 1));
        }

        return rest;
    }
}
