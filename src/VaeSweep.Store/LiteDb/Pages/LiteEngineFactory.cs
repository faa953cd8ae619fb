using LiteDB;
using LiteDB.Engine;

namespace VaeSweep.Store.LiteDb;

/// <summary>Puts LiteDB over the page streams.</summary>
internal static class LiteEngineFactory
{
    public static LiteEngine Open(PageStore pages, bool readOnly)
    {
        var engine = new LiteEngine(new EngineSettings
        {
            DataStream = pages.Data,
            LogStream = pages.Log,
            TempStream = new MemoryStream(),
            ReadOnly = readOnly,
            AutoRebuild = false,
            // Keys that are strings: compared byte by byte. Of a new file; LiteDB's own would take "A" for "a".
            Collation = readOnly || pages.DataPages > 0 ? null : Collation.Binary,
        });
        // No checkpoint within a commit, whose failure would look like the commit's, or in Dispose, which would swallow it.
        if (!readOnly && engine.Pragma(CheckpointPragma).AsInt32 != 0)
            engine.Pragma(CheckpointPragma, 0);
        return engine;
    }

    private const string CheckpointPragma = "CHECKPOINT";
}
